"""The hub of the browser tests: everybody has the same password, servers are processes beside it."""

import os
import sys

c = get_config()  # noqa: F821
folder = os.environ["LIVESHARE_HUB_FOLDER"]
public, hub, proxy = os.environ["LIVESHARE_HUB_PORTS"].split(",")

c.JupyterHub.bind_url = f"http://127.0.0.1:{public}/"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{hub}"
c.JupyterHub.db_url = f"sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = f"{folder}/cookie_secret"
c.JupyterHub.cleanup_servers = c.JupyterHub.cleanup_proxy = True
c.ConfigurableHTTPProxy.command = os.environ["LIVESHARE_HUB_PROXY"]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{proxy}"
c.ConfigurableHTTPProxy.pid_file = f"{folder}/proxy.pid"

c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["LIVESHARE_HUB_PASSWORD"]
c.Authenticator.allow_all = True

c.JupyterHub.spawner_class = "jupyterhub.spawner.SimpleLocalProcessSpawner"
c.SimpleLocalProcessSpawner.home_dir_template = f"{folder}/homes/{{username}}"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = [
    "--allow-root",
    "--LabApp.news_url=None",
    # Grace gets to what is shared with her, and to nothing else of Ada's server.
    "--ServerApp.authorizer_class=jupyter_liveshare.authorizer.LiveshareAuthorizer",
]
# A server whose page is open takes its time to end.
c.SimpleLocalProcessSpawner.interrupt_timeout = c.SimpleLocalProcessSpawner.term_timeout = 1
c.Spawner.env_keep = ["PATH", "VIRTUAL_ENV", "NODE_EXTRA_CA_CERTS"]

# What README asks a hub's admin for: accounts and groups that are found as one types, and who may open whose server.
find = ["list:users", "read:users:name", "list:groups", "read:groups"]
c.Spawner.server_token_scopes = ["access:servers!server", "users:activity!user", *find]
c.JupyterHub.load_groups = {"lab": {"users": ["grace", "ben"]}}
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["self", *find]},
    {"name": "guests-of-ada", "scopes": ["access:servers!user=ada"], "users": ["grace"]},
]
