"""The site as it is shipped, behind real sockets and proxies."""
