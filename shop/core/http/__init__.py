"""What pages and API share of HTTP: request ids, streamed answers, post/redirect/get."""
