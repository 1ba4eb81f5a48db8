module digitalocean-simulator/registry

go 1.19

require (
	github.com/gorilla/websocket v1.5.3
	github.com/lib/pq v1.10.9
)
