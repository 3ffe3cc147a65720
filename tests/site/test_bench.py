"""The bench: its commands, its budgets and how it accounts CPU time."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench import __main__ as dispatcher
from bench import accounting, budgets, journey

BUSY = """
import sys, threading, time
def work():
    end = time.thread_time() + 0.05
    while time.thread_time() < end:
        pass
thread = threading.Thread(target=work)
thread.start()
thread.join()
print("done", flush=True)
sys.stdin.read()
"""


def test_bench_without_a_command_lists_all():
    done = subprocess.run(
        [sys.executable, "-m", "bench"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    for name in dispatcher.COMMANDS:
        assert f"\n  {name} " in done.stdout


@pytest.mark.parametrize("module", [module for module, _meaning in dispatcher.COMMANDS.values()])
def test_command_of_the_bench_is_a_module_that_runs(module):
    text = Path(dispatcher.__file__).with_name(f"{module}.py").read_text(encoding="utf-8")
    assert 'if __name__ == "__main__":' in text


def test_budgets_name_steps_of_the_journey():
    rows = budgets.read()
    assert rows
    assert rows.keys() <= {*journey.STEPS, journey.SAVE}
    assert all(row.aim <= row.must for row in rows.values())


@pytest.mark.parametrize(
    ("ratio", "queries", "is_missed"), [(5, 20, False), (5.1, 20, True), (1, 21, True)]
)
def test_budget_is_missed_by_cost_and_by_statements(ratio, queries, is_missed):
    budget = budgets.Budget(must=5, aim=3, statements=20)
    assert budget.verdict(ratio, queries).startswith("MISSED") == is_missed


def test_cpu_of_a_process_holds_threads_that_ended():
    with subprocess.Popen(
        [sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        assert accounting.tree_ms(process.pid) >= 50
        process.communicate("")
