"""Keeps other accounts of the same server on the guests' side."""

from jupyter_server.auth import Authorizer

from .identity import is_owner


class LiveshareAuthorizer(Authorizer):
    """Lets the owner do everything, and every other account only what goes through jupyter-liveshare.

    For servers that several accounts can log in to (JupyterHub's collaborators, an identity provider of one's own):
    ``c.ServerApp.authorizer_class = "jupyter_liveshare.authorizer.LiveshareAuthorizer"``.
    """

    def is_authorized(self, handler, user, action, resource):
        """Whether `user` may; the owner is told as `c.Liveshare.owner` or JupyterHub says."""
        return resource == "liveshare" or is_owner(user, handler.settings["liveshare_owner"])
