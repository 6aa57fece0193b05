// Package driver is what the drivers of dynalock 1 and 2 have in common: requests and answers in lines of JSON. See
// ../../../driver.py, and io.claviger.lab.DrivenDynalock, which answers the same requests with our own client.
package driver

import (
	"encoding/json"
	"time"
)

// Agent is the struct that is written and read by MarshalStruct and UnmarshalStruct.
type Agent struct {
	Name   string
	Slots  int
	Ready  bool
	Tags   []string
	Nested *Agent
}

// Write is what a record is written with; what is nil is left out.
type Write struct {
	Bytes     []byte
	Value     json.RawMessage
	Struct    *Agent
	TTL       *time.Duration
	NoExpires bool
	Previous  *Record
}

// Record is a record as it was read. Pair is the library's own.
type Record struct {
	Pair      any             `json:"-"`
	Partition string          `json:"partition"`
	Key       string          `json:"key"`
	Version   int64           `json:"version"`
	Expires   int64           `json:"expires"`
	Bytes     []byte          `json:"bytes"`
	Value     json.RawMessage `json:"value,omitempty"`
	Struct    *Agent          `json:"struct,omitempty"`
}

// Store is dynalock's of either version.
type Store interface {
	Put(key string, how Write) error
	Get(key string) (*Record, error)
	Exists(key string) (bool, error)
	List(prefix string) ([]*Record, error)
	Delete(key string) error
	AtomicPut(key string, how Write) (*Record, error)
	AtomicDelete(key string, previous *Record) error
	NewLock(key string, ttl time.Duration, value []byte, stopRenewing chan struct{}) (Lock, error)
}

// Lock is dynalock's Locker of either version.
type Lock interface {
	Lock(stop chan struct{}) (<-chan struct{}, error)
	Unlock() error
}

// Library opens stores, and names the library's errors.
type Library interface {
	Open(table, partition string) (Store, error)
	ErrorName(err error) string
}
