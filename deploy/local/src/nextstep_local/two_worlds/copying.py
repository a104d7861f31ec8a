"""The second world: a copy of the first one's database, in which all ids are equal."""

from pymongo import MongoClient


def copy_database(mongo_url: str, source: str, target: str) -> None:
    """Copy every document of `source` into `target`, whose collections the service made already.

    Collections that are missing in `target` come into being without indexes.
    """
    client: MongoClient[dict[str, object]]
    with MongoClient(mongo_url) as client:
        for name in client[source].list_collection_names():
            if name.startswith("system."):
                continue
            client[target][name].delete_many({})
            documents = [*client[source][name].find()]
            if documents:
                client[target][name].insert_many(documents)
