"""`make up`: the whole site on this machine until Ctrl-C."""

import threading

from nextstep_local.service_settings import SERVICES
from nextstep_local.site import Site


def up() -> int:
    """Start the site, say where it is, and stay."""
    print("Starting the broker, the database, the mail sink and four services ...", flush=True)
    with Site("local") as site:
        describe(site)
        print("\nCtrl-C stops it; its data stays in", site.folder, flush=True)
        threading.Event().wait()
    return 0


def describe(site: Site) -> None:
    """Print where everything is."""
    print()
    for service in SERVICES:
        print(f"  {service:14} {site.url(service)}/{service}/")
    print(f"  {'emails':14} {site.stack.mail_folder}")
    print(f"  {'form':14} POST {site.form_url}, signed with the webhook_secret in")
    print(f"  {'':14} {site.folder / 'secrets.json'}")
    print("\nSign in with any name; the office role sees everything.")
