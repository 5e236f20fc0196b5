"""The baseline: one nginx as the service, another as the proxy in front of it. Fixed, and printed with every run."""
import pathlib

COMMON = """daemon off;
worker_processes {threads};
pid {directory}/{name}.pid;
error_log {directory}/{name}.log crit;
worker_rlimit_nofile 19000;
events {{ worker_connections 12000; }}
http {{
  access_log off;
  client_body_temp_path {directory}/{name}-body;
  proxy_temp_path {directory}/{name}-proxy;
  fastcgi_temp_path {directory}/{name}-fastcgi;
  uwsgi_temp_path {directory}/{name}-uwsgi;
  scgi_temp_path {directory}/{name}-scgi;
  keepalive_timeout 300;
  keepalive_requests 1000000000;
  tcp_nodelay on;
  client_body_buffer_size 16k;
"""

SERVICE = COMMON + """  default_type application/json;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{ return 200 '{answer}'; }}
  }}
}}
"""

PROXY = COMMON + """  upstream service {{
    server 127.0.0.1:{upstream};
    keepalive 64;
    keepalive_requests 1000000000;
  }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://service;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }}
  }}
}}
"""


def write(template, directory, name, **values):
    path = pathlib.Path(directory) / f"{name}.conf"
    text = template.format(directory=directory, name=name, **values)
    path.write_text(text)
    return str(path), text
