// Drives dynalock 2 by lines of JSON. See ../../../../driver.py.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"claviger.io/lab/dynalock/driver"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/external"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/wolfeidau/dynalock/v2"
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
	endpoint := os.Getenv("AWS_ENDPOINT_URL_DYNAMODB")
	configuration, err := external.LoadDefaultAWSConfig(
		external.WithEndpointResolverFunc(func(aws.EndpointResolver) aws.EndpointResolver {
			return aws.ResolveWithEndpointURL(endpoint)
		}))
	if err != nil {
		return nil, err
	}
	return store{dynalock.New(dynamodb.New(configuration), table, partition)}, nil
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
	Store dynalock.Store
}

type lock struct {
	locker dynalock.Locker
}

func (l lock) Lock(stop chan struct{}) (<-chan struct{}, error) {
	return l.locker.Lock(context.Background(), stop)
}

func (l lock) Unlock() error {
	return l.locker.Unlock(context.Background())
}

func (s store) Put(key string, how driver.Write) error {
	return s.Store.Put(context.Background(), key, options(how)...)
}

func (s store) Get(key string) (*driver.Record, error) {
	pair, err := s.Store.Get(context.Background(), key)
	return described(pair), err
}

func (s store) Exists(key string) (bool, error) {
	return s.Store.Exists(context.Background(), key)
}

func (s store) List(prefix string) ([]*driver.Record, error) {
	pairs, err := s.Store.List(context.Background(), prefix)
	records := []*driver.Record{}
	for _, pair := range pairs {
		records = append(records, described(pair))
	}
	return records, err
}

func (s store) Delete(key string) error {
	return s.Store.Delete(context.Background(), key)
}

func (s store) AtomicPut(key string, how driver.Write) (*driver.Record, error) {
	done, pair, err := s.Store.AtomicPut(context.Background(), key, options(how)...)
	if done != (err == nil) {
		return nil, fmt.Errorf("%v, but %w", done, err)
	}
	return described(pair), err
}

func (s store) AtomicDelete(key string, previous *driver.Record) error {
	_, err := s.Store.AtomicDelete(context.Background(), key, previous.Pair.(*dynalock.KVPair))
	return err
}

func (s store) NewLock(key string, ttl time.Duration, value []byte, stop chan struct{}) (driver.Lock, error) {
	options := []dynalock.LockOption{dynalock.LockWithTTL(ttl), dynalock.LockWithRenewLock(stop)}
	if value != nil {
		options = append(options, dynalock.LockWithBytes(value))
	}
	made, err := s.Store.NewLock(context.Background(), key, options...)
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
	}
	if value := pair.AttributeValue(); value != nil {
		// Without a value this would be a panic.
		record.Bytes = pair.BytesValue()
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
