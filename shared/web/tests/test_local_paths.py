from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_web.local_paths import local_path

HERE = "https://office.example"
TRICKS = st.text(alphabet="/\\:@.?#%\t\n\r a0exmplhtps", max_size=24)


@pytest.mark.parametrize("path", ["/awards/", "/awards/projects?sort=-score&page=2", "/me#top"])
def test_a_path_of_this_site_is_followed(path: str):
    assert local_path(path, "/awards/") == path


@pytest.mark.parametrize(
    "foreign",
    [
        None,
        "",
        "awards/",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /awards/",
        "javascript:alert(1)",
        "///evil.example",
    ],
)
def test_anything_else_leads_to_the_first_page(foreign: str | None):
    assert local_path(foreign, "/awards/") == "/awards/"


@given(TRICKS | st.text(max_size=24))
def test_whatever_is_asked_for_the_browser_stays_on_this_host(candidate: str):
    followed = local_path(candidate, "/awards/")
    # browsers take a backslash for a slash and drop tabs and line breaks
    as_read = "".join(c for c in followed.replace("\\", "/") if c not in "\t\r\n")
    assert urlsplit(urljoin(HERE + "/awards/sign-in", as_read)).netloc == "office.example"
