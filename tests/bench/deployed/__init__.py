"""Ways to carry a committed fact to a committed effect, each as it is deployed: two processes."""
