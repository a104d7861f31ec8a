"""What a page shows of the requests that it leads to."""

from nextstep_local.fuzzing.shown import Shown, merged, shown_on

PAGE = """<a href="?q=1&amp;page=2">x</a><a href="https://example.org/?q=3">y</a><a href="/b">z</a>
<form method="post" action="/a%3Ab"><input name="csrf_token" value="t">
<input name="seen" type="hidden" value="3"><input type="date" name="on"><input name="f" type="file">
<select name="kind"><option value="1"></option><option value="2" selected></option></select>
<input type="checkbox" name="many" value="a" checked><textarea name="reason">Because</textarea>
<input type="checkbox" name="many" value="b" checked><button name="act" value="go">Go</button>
</form>
<form><input name="q" type="search"><select name="s"><option value="new"></select></form>"""


def test_forms_links_and_searches_are_read():
    link, form, search = shown_on("/page", PAGE)
    assert link == ("GET", "/page", Shown(query={"q": ["1"], "page": ["2"]}))
    assert search == ("GET", "/page", Shown(query={"s": ["new", ""], "q": [""]}))
    method, path, shown = form
    assert (method, path) == ("POST", "/a:b")
    filled = {"seen": "3", "on": "", "kind": "2", "many": ["a", "b"], "reason": "Because"}
    assert shown.forms == [filled | {"act": ""}]
    assert shown.kinds["on"] == "date"
    assert shown.kinds["f"] == "file"
    assert shown.choices["kind"] == ["1", "2"]
    assert shown.choices["act"] == ["go"]


def test_an_empty_page_shows_nothing():
    assert not [*shown_on("/page", " ")]


def test_what_several_pages_show_is_put_together_once():
    one = Shown([{"a": "1"}], {"a": "text"}, {"a": ["1"]}, {"q": ["x"]})
    other = Shown([{"a": "2"}], {"b": "date"}, {"a": ["1", "2"]}, {"q": ["x", "y"]})
    whole = merged([one, other, one])
    assert whole.forms == [{"a": "1"}, {"a": "2"}]
    assert whole.kinds == {"a": "text", "b": "date"}
    assert whole.choices == {"a": ["1", "2"]}
    assert whole.query == {"q": ["x", "y"]}
