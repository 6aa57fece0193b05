package driver

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

var lockRequests = map[string]func(*driver, Store, ask) error{
	"new_lock":      (*driver).newLock,
	"lock":          (*driver).lock,
	"lost":          (*driver).lost,
	"unlock":        (*driver).unlock,
	"stop_renewing": (*driver).stopRenewing,
	"contend":       (*driver).contend,
}

func (d *driver) newLock(store Store, request ask) error {
	stop := make(chan struct{})
	lock, err := store.NewLock(request.Key, ttl(request), request.Bytes, stop)
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.locks[request.Lock] = &keptLock{lock: lock, stopRenewing: stop}
	return err
}

func ttl(request ask) time.Duration {
	if length := seconds(request.TTL); length != nil {
		return *length
	}
	return 0
}

func (d *driver) of(request ask) *keptLock {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	lock := d.locks[request.Lock]
	if lock == nil {
		panic("no lock " + request.Lock)
	}
	return lock
}

func (d *driver) lock(_ Store, request ask) error {
	lock := d.of(request)
	stop := make(chan struct{})
	if wait := seconds(request.Wait); wait != nil {
		timer := time.AfterFunc(*wait, func() { close(stop) })
		// Closed after the grant, it would end the renewing.
		defer timer.Stop()
	}
	lost, err := lock.lock.Lock(stop)
	if err != nil {
		return err
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	lock.lost = lost
	return nil
}

func (d *driver) lost(_ Store, request ask) error {
	<-d.of(request).lost
	return nil
}

func (d *driver) unlock(_ Store, request ask) error {
	return d.of(request).lock.Unlock()
}

func (d *driver) stopRenewing(_ Store, request ask) error {
	close(d.of(request).stopRenewing)
	return nil
}

func (d *driver) contend(store Store, request ask) error {
	for i := 0; i < request.Times; i++ {
		lock, err := store.NewLock(request.Key, ttl(request), nil, nil)
		if err != nil {
			return err
		}
		if _, err = lock.Lock(nil); err != nil {
			return err
		}
		if err = pass(request.File, *seconds(&request.Section)); err != nil {
			return err
		}
		if err = lock.Unlock(); err != nil {
			return err
		}
	}
	return nil
}

// pass goes through a section that tells if it is none: a marker that must not be there, and a count without any care.
func pass(file string, length time.Duration) error {
	marker, err := os.OpenFile(file+".in", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("two in the section: %w", err)
	}
	marker.Close()
	count := 0
	if text, err := os.ReadFile(file); err == nil {
		if count, err = strconv.Atoi(string(text)); err != nil {
			return err
		}
	}
	time.Sleep(length)
	if err := os.WriteFile(file, []byte(strconv.Itoa(count+1)), 0o600); err != nil {
		return err
	}
	return os.Remove(file + ".in")
}
