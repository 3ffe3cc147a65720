"""The API before judges who did not write it: its examples, a fuzzer, generated clients."""
