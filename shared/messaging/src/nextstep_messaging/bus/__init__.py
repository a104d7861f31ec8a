"""Events in and out: topology, publishing, consuming, retries and dead letters."""
