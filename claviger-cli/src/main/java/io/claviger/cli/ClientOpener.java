package io.claviger.cli;

import io.claviger.LockClient;

/** Opens the clients that URLs name. */
final class ClientOpener implements Connection.Opener {
    @Override
    public LockClient open(Connection connection) {
        OptionValue url = connection.url();
        if (url.text().startsWith("local:")) {
            throw url.bad("is a place within this process, where nobody else would see the lock");
        }
        try {
            return LockClient.connect(url.text());
        } catch (IllegalArgumentException e) {
            throw url.bad("is no place of locks: " + e.getMessage());
        }
    }
}
