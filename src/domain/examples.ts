import type { Example } from '../contract/tenant.ts'

/**
 * How a tenant's program uses the cache, complete and runnable as printed: set a value, read it, print it.
 * @param address an IPv4 address or a DNS name; an IPv6 address is put into brackets where the client wants that
 */
export function renderExamples(address: string, port: number): Example[] {
  const bracketed = address.includes(':') ? `[${address}]` : address
  const server = `${bracketed}:${port}`
  return [
    { language: 'Ruby', library: 'dalli', code: ruby(server) },
    { language: 'Python', library: 'pymemcache', code: python(address, port) },
    { language: 'PHP', library: 'Memcached', code: php(address, port) },
    { language: 'Node', library: 'memjs', code: node(address, port) },
    { language: 'Go', library: 'gomemcache', code: go(server) },
    { language: 'Java', library: 'spymemcached', code: java(address, port) },
    { language: 'Shell', library: 'nc', code: shell(address, port) },
  ]
}

const ruby = (server: string): string => `# gem install dalli
require 'dalli'
cache = Dalli::Client.new('${server}')
cache.set('greeting', 'hello')
puts cache.get('greeting')
`

const python = (address: string, port: number): string => `# pip install pymemcache
from pymemcache.client.base import Client
cache = Client(('${address}', ${port}), connect_timeout=5, timeout=5)
cache.set('greeting', 'hello')
print(cache.get('greeting').decode())
`

const php = (address: string, port: number): string => `<?php // apt install php-memcached
$cache = new Memcached();
$cache->addServer('${address}', ${port});
$cache->set('greeting', 'hello');
echo $cache->get('greeting'), "\\n";
`

/** memjs cuts `host:port` at its first colon, so an IPv6 address goes past that (seen with 1.3.2). */
const nodeClient = (address: string, port: number): string =>
  address.includes(':')
    ? `new memjs.Client([new memjs.Server('${address}', ${port})])`
    : `memjs.Client.create('${address}:${port}')`

const node = (address: string, port: number): string => `// npm install memjs
const memjs = require('memjs')
const cache = ${nodeClient(address, port)}
cache.set('greeting', 'hello', { expires: 600 })
  .then(() => cache.get('greeting'))
  .then(({ value }) => console.log(value.toString()))
  .finally(() => cache.close())
`

const go = (server: string): string => `// go get github.com/bradfitz/gomemcache/memcache
package main

import (
	"fmt"

	"github.com/bradfitz/gomemcache/memcache"
)

func main() {
	cache := memcache.New("${server}")
	if err := cache.Set(&memcache.Item{Key: "greeting", Value: []byte("hello")}); err != nil {
		panic(err)
	}
	item, err := cache.Get("greeting")
	if err != nil {
		panic(err)
	}
	fmt.Println(string(item.Value))
}
`

const java = (address: string, port: number): string => `// net.spy:spymemcached
import java.net.InetSocketAddress;
import net.spy.memcached.MemcachedClient;

public class Example {
  public static void main(String[] args) throws Exception {
    MemcachedClient cache = new MemcachedClient(new InetSocketAddress("${address}", ${port}));
    cache.set("greeting", 600, "hello").get();
    System.out.println(cache.get("greeting"));
    cache.shutdown();
  }
}
`

const shell = (address: string, port: number): string =>
  `printf 'set greeting 0 600 5\\r\\nhello\\r\\nget greeting\\r\\nquit\\r\\n' | nc ${address} ${port}
`
