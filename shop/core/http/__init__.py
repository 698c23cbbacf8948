"""HTTP conventions of pages and API: request ids, streamed responses, Post/Redirect/Get."""
