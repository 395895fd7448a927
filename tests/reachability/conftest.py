"""What tests on torch models share."""

import pytest


@pytest.fixture
def one_thread(torch):
    """Matrices here are small, and threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def cases(torch):
    import torch_cases

    return torch_cases
