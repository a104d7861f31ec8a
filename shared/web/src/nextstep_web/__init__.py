"""Pages of the Next Step services: layout, sign-in, emailed links, safety, errors. No domain."""

from nextstep_web.access import actor_of, keep_session, principal_of, require
from nextstep_web.access_handlers import hear_access
from nextstep_web.app import create_app
from nextstep_web.audit_page import About, AuditTrail, Telling, audit_todos
from nextstep_web.csrf import csrf_protected, csrf_token
from nextstep_web.csv_export import csv_response
from nextstep_web.forms import Form, blank, read_form
from nextstep_web.links import LinkClaims, LinkError, link_path, mint_link, read_link
from nextstep_web.listings import Listing, ListRequest, asked, listing
from nextstep_web.navigation import service_url
from nextstep_web.notices import flash
from nextstep_web.pages import Pages, query_with, redirect, render
from nextstep_web.principal import PERSON_ROLES, ROLE_NAMES, ROLES, STAFF_ROLES, OpenedBy, Principal
from nextstep_web.process import here, here_of
from nextstep_web.refusals import NotServed, SignInRequired
from nextstep_web.request_state import correlation_id
from nextstep_web.settings import WebSettings
from nextstep_web.sign_in import SignIn
from nextstep_web.table_files import asks_for_file, table_file
from nextstep_web.tables import column, options

__all__ = [
    "PERSON_ROLES",
    "ROLES",
    "ROLE_NAMES",
    "STAFF_ROLES",
    "About",
    "AuditTrail",
    "Form",
    "LinkClaims",
    "LinkError",
    "ListRequest",
    "Listing",
    "NotServed",
    "OpenedBy",
    "Pages",
    "Principal",
    "SignIn",
    "SignInRequired",
    "Telling",
    "WebSettings",
    "actor_of",
    "asked",
    "asks_for_file",
    "audit_todos",
    "blank",
    "column",
    "correlation_id",
    "create_app",
    "csrf_protected",
    "csrf_token",
    "csv_response",
    "flash",
    "hear_access",
    "here",
    "here_of",
    "keep_session",
    "link_path",
    "listing",
    "mint_link",
    "options",
    "principal_of",
    "query_with",
    "read_form",
    "read_link",
    "redirect",
    "render",
    "require",
    "service_url",
    "table_file",
]
