//! nchan, the publish-subscribe module of nginx, as Debian packages it: a worker process for each core, one channel in
//! their memory, nothing durable. Whoever comes late hears what the channel still holds.

use std::fs;
use std::path::Path;
use std::process::Command;

use harness::scratch;
use harness::servers::diandan::free_address;
use harness::servers::proc::Signal;

use super::{Found, PLAIN, Peer};

const NGINX: &str = "/usr/sbin/nginx";
const MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";
const HOW: &str = "apt-get install nginx-light libnginx-mod-nchan";

/// Starts it.
pub async fn start() -> Found {
    if !Path::new(NGINX).exists() || !Path::new(MODULE).exists() {
        return Ok(Err(HOW.to_owned()));
    }
    let (address, folder) = (free_address()?, scratch::folder("nginx")?);
    fs::write(folder.path().join("nginx.conf"), conf(&address.to_string()))?;
    let mut command = Command::new(NGINX);
    command.arg("-p").arg(folder.path()).args(["-c", "nginx.conf", "-e", "stderr"]);
    // the first process ends the others
    Peer::start(command, address, folder, Signal::Term, PLAIN).await.map(Ok)
}

fn conf(address: &str) -> String {
    // the limit of open files is inherited; one worker may get all the sockets
    format!(
        "load_module {MODULE};
daemon off;
pid nginx.pid;
worker_processes auto;
events {{ worker_connections 16384; }}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    nchan_shared_memory_size 64M;
    server {{
        listen {address} backlog=4096;
        location = /live {{
            nchan_subscriber websocket;
            nchan_channel_id offers;
        }}
        location = /tell {{
            nchan_publisher;
            nchan_channel_id offers;
        }}
    }}
}}
"
    )
}
