# METADATA
# title: Hosts
# description: Questions about host names and addresses, and how reasons write them.
package guard.lib.hosts

# METADATA
# scope: document
# description: >-
#   True for a host in the table `hosts`, and for one that ends with an entry of the list
#   `domains`. An entry starts with a dot and also covers the domain itself: `.example.org`
#   covers `example.org`. A host with an unresolved first piece is covered by its domain.
listed(host, hosts, _) if hosts[host]

listed(host, _, domains) if strings.any_suffix_match(concat("", [".", host]), domains)

# METADATA
# scope: document
# description: >-
#   How a reason names the far end of an operation: the host, and its port unless that is
#   unknown or the usual one of the protocol.
endpoint(operation) := operation.host if {
	operation.port == null
} else := operation.host if {
	_usual_ports[operation.protocol] == operation.port
} else := sprintf("%s port %v", [operation.host, operation.port])

_usual_ports := {"http": 80, "https": 443, "rsync": 22, "scp": 22, "sftp": 22, "ssh": 22}
