package guard.rules.destructive.database_test

import data.guard.lib.requests_test as requests
import data.guard.rules.destructive.database

_reasons(operation) := {finding.reason |
	some finding in database.findings with input as requests.of([operation])
}

_request(method, port, url) := {"kind": "network.connect", "protocol": "http", "host": "db.example", "port": port, "url": url, "method": method}

test_a_finding_asks if {
	found := database.findings with input as requests.of([requests.run(["dropdb", "shop"])])
	found == {{
		"effect": "ask",
		"reason": "drops a database with dropdb",
		"solution": "work on a database that the task made, or let a person drop this one",
		"obligations": [],
	}}
}

test_clients_that_drop_are_found if {
	_reasons(requests.run(["mysqladmin", "-f", "drop", "shop"])) == {"drops a database with mysqladmin"}
	_reasons(requests.run(["redis-cli", "-n", "1", "FLUSHDB"])) == {"empties a database with redis-cli"}
	_reasons(requests.run(["mongosh", "shop", "--eval", "db.dropDatabase()"])) == {"tells mongosh to drop or empty a database by dropDatabase("}
}

test_an_index_is_not_deleted_by_http if {
	_reasons(_request("DELETE", 9200, "http://db.example:9200/orders")) == {"deletes an index or database on db.example port 9200"}
	_reasons(_request("DELETE", 9200, "http://db.example:9200/orders?pretty")) == {"deletes an index or database on db.example port 9200"}
}

test_half_a_request_may_delete_an_index if {
	whole := _request("DELETE", 9200, "http://db.example:9200/orders")
	count(_reasons(object.remove(whole, ["method"]))) == 1
	count(_reasons(object.remove(whole, ["url"]))) == 1
	_reasons(object.remove(whole, ["method", "url"])) == set()
	_reasons(object.union(object.remove(whole, ["method"]), {"program": "http"})) == set()
}

test_ordinary_work_is_silent if {
	every argv in [["redis-cli", "GET", "a"], ["mysqladmin", "status"], ["mongosh", "--eval", "db.stats()"], ["dropdb", "--help"], ["psql", "-l"], ["psql", "-c", "db.dropDatabase()"]] {
		_reasons(requests.run(argv)) == set()
	}
	every operation in [_request("DELETE", 9200, "http://db.example:9200/orders/_doc/1"), _request("GET", 9200, "http://db.example:9200/orders"), _request("DELETE", 8080, "http://db.example:8080/orders")] {
		_reasons(operation) == set()
	}
}
