"""A serving process with a fake model, to be killed: `server PORT URL`."""

import sys

import uvicorn

from serve.app import create_app
from serve.settings import Settings
from serve.store.database import Database
from tests.serve.accounts.world import UNLIMITED
from tests.serve.test_api import FakeClassifier

if __name__ == "__main__":
    app = create_app(Settings(**UNLIMITED), FakeClassifier(), Database.open(sys.argv[2]))
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
