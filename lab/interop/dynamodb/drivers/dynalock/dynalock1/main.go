// Drives dynalock 1 by lines of JSON. See ../../../../driver.py.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"claviger.io/lab/dynalock/driver"
	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/dynamodb"
	"github.com/wolfeidau/dynalock"
)

var errorNames = map[error]string{
	dynalock.ErrKeyNotFound:          "ErrKeyNotFound",
	dynalock.ErrKeyExists:            "ErrKeyExists",
	dynalock.ErrKeyModified:          "ErrKeyModified",
	dynalock.ErrLockAcquireCancelled: "ErrLockAcquireCancelled",
}

func main() {
	// The library's own setting; at its default of three seconds the suite would mostly wait.
	dynalock.DefaultLockBackOff = 100 * time.Millisecond
	driver.Serve(library{})
}

type library struct{}

func (library) Open(table, partition string) (driver.Store, error) {
	configuration := &aws.Config{Endpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"))}
	opened, err := session.NewSession(configuration)
	if err != nil {
		return nil, err
	}
	return store{dynalock.New(dynamodb.New(opened), table, partition)}, nil
}

func (library) ErrorName(err error) string {
	for known, name := range errorNames {
		if errors.Is(err, known) {
			return name
		}
	}
	return fmt.Sprintf("%T", err)
}

type store struct {
	dynalock.Store
}

type lock struct {
	dynalock.Locker
}

func (s store) Put(key string, how driver.Write) error {
	return s.Store.Put(key, options(how)...)
}

func (s store) Get(key string) (*driver.Record, error) {
	pair, err := s.Store.Get(key)
	return described(pair), err
}

func (s store) Exists(key string) (bool, error) {
	return s.Store.Exists(key)
}

func (s store) List(prefix string) ([]*driver.Record, error) {
	pairs, err := s.Store.List(prefix)
	records := []*driver.Record{}
	for _, pair := range pairs {
		records = append(records, described(pair))
	}
	return records, err
}

func (s store) AtomicPut(key string, how driver.Write) (*driver.Record, error) {
	done, pair, err := s.Store.AtomicPut(key, options(how)...)
	if done != (err == nil) {
		return nil, fmt.Errorf("%v, but %w", done, err)
	}
	return described(pair), err
}

func (s store) AtomicDelete(key string, previous *driver.Record) error {
	_, err := s.Store.AtomicDelete(key, previous.Pair.(*dynalock.KVPair))
	return err
}

func (s store) NewLock(key string, ttl time.Duration, value []byte, stop chan struct{}) (driver.Lock, error) {
	options := []dynalock.LockOption{dynalock.LockWithTTL(ttl), dynalock.LockWithRenewLock(stop)}
	if value != nil {
		options = append(options, dynalock.LockWithBytes(value))
	}
	made, err := s.Store.NewLock(key, options...)
	return lock{made}, err
}

func options(how driver.Write) []dynalock.WriteOption {
	options := []dynalock.WriteOption{}
	if how.Previous != nil {
		options = append(options, dynalock.WriteWithPreviousKV(how.Previous.Pair.(*dynalock.KVPair)))
	}
	if how.Bytes != nil {
		options = append(options, dynalock.WriteWithBytes(how.Bytes))
	}
	if how.Value != nil {
		value := &dynamodb.AttributeValue{}
		must(json.Unmarshal(how.Value, value))
		options = append(options, dynalock.WriteWithAttributeValue(value))
	}
	if how.Struct != nil {
		value, err := dynalock.MarshalStruct(how.Struct)
		must(err)
		options = append(options, dynalock.WriteWithAttributeValue(value))
	}
	if how.TTL != nil {
		options = append(options, dynalock.WriteWithTTL(*how.TTL))
	}
	if how.NoExpires {
		options = append(options, dynalock.WriteWithNoExpires())
	}
	return options
}

func described(pair *dynalock.KVPair) *driver.Record {
	if pair == nil {
		return nil
	}
	record := &driver.Record{
		Pair: pair, Partition: pair.Partition, Key: pair.Key, Version: pair.Version, Expires: pair.Expires,
		Bytes: pair.BytesValue(),
	}
	if value := pair.AttributeValue(); value != nil {
		text, err := json.Marshal(value)
		must(err)
		record.Value = text
		if value.M != nil {
			record.Struct = &driver.Agent{}
			must(dynalock.UnmarshalStruct(value, record.Struct))
		}
	}
	return record
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
