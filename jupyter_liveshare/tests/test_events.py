"""What is said on Jupyter Server's event bus."""

import json
from pathlib import Path

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_liveshare import events

WORDS = Path(__file__).parents[2] / "protocol" / "messages.ts"


async def test_the_event_is_known_and_carries_nothing(live, jp_serverapp, jp_fetch):
    heard = []

    async def listen(logger, schema_id, data):
        heard.append(data)

    jp_serverapp.event_logger.add_listener(schema_id=events.SHARES["$id"], listener=listen)
    event = {"schema_id": events.SHARES["$id"], "version": "1", "data": {}}
    assert (await jp_fetch("api", "events", method="POST", body=json.dumps(event))).code == 204
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("api", "events", method="POST", body=json.dumps(event | {"data": {"path": "secret.ipynb"}}))
    assert refused.value.code == 400
    assert heard == [{}]


async def test_a_server_that_loads_the_extension_twice_knows_it_once(live, jp_serverapp):
    events.register(jp_serverapp.event_logger)


@pytest.mark.skipif(not WORDS.exists(), reason="an installed package has no sources")
def test_both_sides_call_it_the_same():
    assert f"'{events.SHARES['$id']}'" in WORDS.read_text()
