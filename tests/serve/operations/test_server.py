"""How the process of the service is set up."""

import ctypes
import platform
import subprocess
import sys

import pytest

from serve.operations import server

PROGRAM = """
import ctypes, threading
from serve.operations.server import share_heaps
if {share}:
    assert share_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
barrier = threading.Barrier(12)
def work():
    barrier.wait()
    for _ in range(50):
        libc.malloc(5000)
    barrier.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


WITHOUT_PYDANTIC_1 = """
import sys
from serve.operations.server import leave_out_pydantic_1
if {leave_out}:
    leave_out_pydantic_1()
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

class Item(BaseModel):
    number: int = 0

api = FastAPI()

@api.post("/items")
def items(item: Item, times: int = 2) -> list[Item]:
    return [item] * times

client = TestClient(api)
answer, fault = client.post("/items", json={{"number": 7}}), client.post("/items", json={{"number": "x"}})
print(answer.json() == [{{"number": 7}}] * 2, fault.status_code, sys.modules.get("pydantic.v1") is not None)
"""


def heaps(share: bool) -> int:
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(share=share)], capture_output=True, text=True, check=True)
    return done.stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="heaps are shared with glibc only")
def test_threads_share_heaps() -> None:
    assert heaps(share=True) <= server.HEAPS < heaps(share=False)


def test_another_c_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    assert server.share_heaps() is False


@pytest.mark.parametrize("leave_out", [False, True])
def test_fastapi_does_without_pydantic_1(leave_out: bool) -> None:
    program = WITHOUT_PYDANTIC_1.format(leave_out=leave_out)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "422", str(not leave_out)]
