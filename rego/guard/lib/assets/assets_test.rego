package guard.lib.assets_test

import data.guard.lib.assets

_registry := {
	"eip155:1/0xAA": {"symbol": "COIN", "decimals": 6, "usd": "1"},
	"eip155:2/0xbb": {"symbol": "Coin", "decimals": 6, "usd": "1"},
	"eip155:3/0xcc": {"symbol": "COIN", "decimals": 18, "test": true},
	"eip155:1/native": {"symbol": "ETH", "decimals": 18},
	"usd": {"symbol": "USD", "decimals": 2, "usd": "1"},
}

test_an_address_means_one_row_of_its_chain if {
	assets.rows("eip155:1", "0xaa", _registry) == [_registry["eip155:1/0xAA"]]
	assets.rows("eip155:2", "0xaa", _registry) == []
	assets.rows("eip155:1", "NATIVE", _registry) == [_registry["eip155:1/native"]]
}

test_a_symbol_means_that_of_the_chain if {
	assets.rows("eip155:3", "coin", _registry) == [_registry["eip155:3/0xcc"]]
	assets.rows("eip155:4", "coin", _registry) == []
}

test_a_symbol_without_a_chain_means_all_but_test_networks if {
	found := assets.rows("", "coin", _registry)
	count(found) == 2
	assets.symbol(found) == "coin"
	assets.decimals(found) == 6
	assets.price(found) == "1"
}

test_a_currency_has_no_chain if {
	assets.rows("", "USD", _registry) == [_registry.usd]
	assets.rows("eip155:1", "USD", _registry) == []
}

test_nothing_means_no_row if {
	assets.rows("", "", _registry) == []
	assets.rows("eip155:1", "", _registry) == []
	not assets.symbol([])
}

test_rows_that_differ_have_nothing_in_common if {
	mixed := [_registry["eip155:1/0xAA"], _registry["eip155:1/native"]]
	not assets.symbol(mixed)
	not assets.decimals(mixed)
	not assets.price(mixed)
}
