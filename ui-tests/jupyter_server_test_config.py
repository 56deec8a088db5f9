"""The server of the browser tests: a token, so that guests are told apart from the owner; nothing of the user's own."""

import os

c = get_config()  # noqa: F821
c.IdentityProvider.token = os.environ["LIVESHARE_UI_TOKEN"]
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.root_dir = os.environ["LIVESHARE_UI_WORK"]
c.ServerApp.allow_root = True
c.ServerApp.open_browser = False
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.Liveshare.owner_name = "Olga Owner"
