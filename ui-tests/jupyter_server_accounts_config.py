"""A server that people log in to by their name alone. Olga owns it, and has a token that no page is told."""

import os

from jupyter_server.auth import IdentityProvider, User

c = get_config()  # noqa: F821
load_subconfig("jupyter_server_test_config.py")  # noqa: F821

PEOPLE = {"olga": "Olga Owner", "ada": "Ada Lovelace", "eve": "Eve"}


def user(name):
    """An account."""
    return User(username=name, name=PEOPLE[name], display_name=PEOPLE[name])


class People(IdentityProvider):
    """Everybody is believed."""

    async def get_user_token(self, handler):
        """The owner."""
        return user("olga") if self.get_token(handler) == os.environ["LIVESHARE_UI_TOKEN"] else None

    def process_login_form(self, handler):
        """Whoever is named, if known."""
        name = handler.get_argument("password", "")
        return user(name) if name in PEOPLE else None


c.ServerApp.identity_provider_class = People
c.IdentityProvider.token = ""
c.Liveshare.owner = "olga"
