"""The floor of intake: the least that keeps the promise "answered means durable".

A bare FastAPI endpoint on uvicorn that inserts the raw body, journalled, and answers 202. No
signature, no deduplication, no receipts, nothing done afterwards.
"""

import asyncio
import sys
from uuid import uuid4

import uvicorn
from fastapi import FastAPI, Request
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import WriteConcern


def app(mongo_url: str) -> FastAPI:
    """The endpoint, at the path and with the durability of the real one."""
    client: AsyncIOMotorClient = AsyncIOMotorClient(mongo_url)
    bodies = client["bench_floor"].get_collection(
        "bodies", write_concern=WriteConcern(w="majority", j=True)
    )
    found = FastAPI()

    @found.post("/webhooks/{source}", status_code=202)
    async def receive(source: str, request: Request) -> dict[str, str]:
        receipt = str(uuid4())
        await bodies.insert_one({"_id": receipt, "source": source, "body": await request.body()})
        return {"receipt": receipt}

    return found


async def main(port: int, mongo_url: str) -> None:
    """Serve until terminated."""
    config = uvicorn.Config(app(mongo_url), host="127.0.0.1", port=port, log_level="warning")
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
