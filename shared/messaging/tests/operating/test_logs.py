"""Logs name fields and places; what people wrote stays in the database."""

import json
import logging

import pytest
import structlog
from pydantic import BaseModel, ValidationError

from nextstep_messaging.operating.logs import configure_logging


class Answers(BaseModel):
    """Something that refuses what it is given, and quotes it."""

    cct_date: int


@pytest.fixture
def log(capsys):
    def lines():
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return lines


def test_an_exception_is_logged_by_its_kind_and_place_without_what_it_quotes(log):
    configure_logging("applications")
    try:
        try:
            Answers.model_validate({"cct_date": "Amara Okafor, 7012345"})
        except ValidationError as error:
            raise ExceptionGroup("of Amara Okafor", [error]) from error
    except ExceptionGroup:
        structlog.get_logger().exception("receipt_failed", receipt="1")
        logging.getLogger("library").exception("it broke")
    found = log()
    assert len(found) == 2
    assert "Amara" not in json.dumps(found)
    assert "7012345" not in json.dumps(found)
    assert "ValidationError" in json.dumps(found)
    assert "test_logs.py" in json.dumps(found)


def test_what_the_network_says_is_logged(log):
    configure_logging("applications")
    try:
        raise ConnectionRefusedError("127.0.0.1:5672 does not answer")
    except OSError:
        structlog.get_logger().exception("unavailable")
    assert "does not answer" in json.dumps(log())


@pytest.mark.parametrize(
    "said",
    ["550 5.1.1 <jane.doe@nhs.net>: no such user", ["to jane.doe@nhs.net"], {"a": "x@y.org"}],
)
def test_an_address_is_logged_nowhere(log, said):
    configure_logging("applications")
    structlog.get_logger().warning("refused", said=said)
    logging.getLogger("library").warning("%s", said)
    found = log()
    assert len(found) == 2
    assert "@" not in json.dumps(found)
