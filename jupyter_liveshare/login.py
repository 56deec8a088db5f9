"""Jupyter's own login on the way to a share, for people who are known by their account."""

import re

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web


class LoginHandler(JupyterHandler):
    """`GET login?share=<id>`: log in if need be, then go to that share's door, which knows the account."""

    @web.authenticated
    def get(self):
        """Redirect; nowhere but to a share of this server."""
        share = self.get_query_argument("share", "", strip=False)
        if not re.fullmatch(r"[A-Za-z0-9_-]{22}", share):
            raise web.HTTPError(404)
        # Sets its cookie, without which JupyterHub takes no word of this page's scripts for the account's.
        _ = self.xsrf_token
        self.redirect(url_path_join(self.base_url, "liveshare/s", share))
