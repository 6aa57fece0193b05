package driver

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"
)

type ask struct {
	ID        int64
	Do        string
	Client    string
	Table     string
	Partition string
	Key       string
	Prefix    string
	Lock      string
	Keep      string
	Previous  string
	File      string
	Bytes     []byte
	Value     json.RawMessage
	Struct    *Agent
	TTL       *float64
	NoExpires bool `json:"no_expires"`
	Wait      *float64
	Times     int
	Section   float64
}

type keptLock struct {
	lock         Lock
	stopRenewing chan struct{}
	lost         <-chan struct{}
}

type driver struct {
	library Library
	mutex   sync.Mutex
	stores  map[string]Store
	records map[string]*Record
	locks   map[string]*keptLock
}

// Serve answers requests until standard input ends.
func Serve(library Library) {
	served := &driver{
		library: library,
		stores:  map[string]Store{},
		records: map[string]*Record{},
		locks:   map[string]*keptLock{},
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var request ask
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if request.Do == "open" {
			// Before the next line, which may be for this store.
			served.answer(request)
		} else {
			go served.answer(request)
		}
	}
}

func (d *driver) answer(request ask) {
	answer, err := d.run(request)
	if err != nil {
		answer = map[string]any{"raised": d.library.ErrorName(err), "message": err.Error()}
	}
	// Records are structs, so that all come to maps by way of JSON.
	text, err := json.Marshal(answer)
	fields := map[string]any{}
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		fields = map[string]any{"raised": "driver", "message": err.Error()}
	}
	fields["id"] = request.ID
	line, _ := json.Marshal(fields)
	d.mutex.Lock()
	defer d.mutex.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

func (d *driver) run(request ask) (answer any, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	if request.Do == "open" {
		store, err := d.library.Open(request.Table, request.Partition)
		d.mutex.Lock()
		defer d.mutex.Unlock()
		d.stores[request.Client] = store
		return map[string]any{}, err
	}
	d.mutex.Lock()
	store := d.stores[request.Client]
	d.mutex.Unlock()
	if store == nil {
		return nil, fmt.Errorf("no client %s", request.Client)
	}
	if lock, known := lockRequests[request.Do]; known {
		return map[string]any{}, lock(d, store, request)
	}
	return d.record(store, request)
}

func (d *driver) record(store Store, request ask) (any, error) {
	done := map[string]any{}
	switch request.Do {
	case "put":
		return done, store.Put(request.Key, d.write(request))
	case "get":
		record, err := store.Get(request.Key)
		return d.keep(request, record), err
	case "exists":
		exists, err := store.Exists(request.Key)
		done["exists"] = exists
		return done, err
	case "list":
		records, err := store.List(request.Prefix)
		done["list"] = records
		return done, err
	case "delete":
		return done, store.Delete(request.Key)
	case "atomic_put":
		record, err := store.AtomicPut(request.Key, d.write(request))
		return d.keep(request, record), err
	case "atomic_delete":
		return done, store.AtomicDelete(request.Key, d.previous(request))
	}
	return nil, fmt.Errorf("cannot %s", request.Do)
}

func (d *driver) write(request ask) Write {
	return Write{
		Bytes: request.Bytes, Value: request.Value, Struct: request.Struct, TTL: seconds(request.TTL),
		NoExpires: request.NoExpires, Previous: d.previous(request),
	}
}

func (d *driver) previous(request ask) *Record {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.records[request.Previous]
}

func (d *driver) keep(request ask, record *Record) *Record {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if request.Keep != "" && record != nil {
		d.records[request.Keep] = record
	}
	return record
}

func seconds(number *float64) *time.Duration {
	if number == nil {
		return nil
	}
	duration := time.Duration(*number * float64(time.Second))
	return &duration
}
