"""Whatever is sent, nothing breaks: requests drawn from an application's own description.

The description (OpenAPI) says which routes there are and what they answer, and little of what a
page's form holds. So the pages are looked at first, and what they show is added to it. From that
schemathesis draws requests, which mix what is shown with what nobody would send; everybody of an
authorisation matrix sends them.
"""
