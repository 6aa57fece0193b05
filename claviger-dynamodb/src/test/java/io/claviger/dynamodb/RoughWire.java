package io.claviger.dynamodb;

import io.claviger.LockClient;
import io.claviger.testkit.DynamoFault;
import io.claviger.testkit.DynamoFaultProxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A table of the emulator, a proxy before it, and clients of the real SDK on either side of that. */
final class RoughWire implements AutoCloseable {
    static final String UPDATE = "UpdateItem";
    static final String TRANSACTION = "TransactWriteItems";
    static final String READ = "GetItem";

    private static final String REGION = "eu-west-1";
    private static final String KEY_ID = "aws.accessKeyId";
    private static final String SECRET = "aws.secretAccessKey";

    final DynamoLayout layout;
    final DynamoFaultProxy proxy;
    private final String table;
    private final Duration lease;
    private final SdkClients behindTheProxy;
    private final List<LockClient> clients = new ArrayList<>();

    RoughWire(DynamoLayout layout, Duration lease) {
        Emulator emulator = Emulator.running();
        this.layout = layout;
        this.lease = lease;
        this.table = layout == DynamoLayout.DYNALOCK
                ? emulator.newTable(DynalockRecord.ID, DynalockRecord.NAME)
                : emulator.newTable();
        this.proxy = DynamoFaultProxy.to(emulator.endpoint());
        this.behindTheProxy = sdk(proxy.endpoint());
    }

    /** The settings that our own clients have. */
    private static SdkClients sdk(URI endpoint) {
        return SdkClients.open(
                Optional.of(REGION), Optional.of(endpoint), Connection.ATTEMPTS, DynamoConfig.DEFAULT_CONNECT_TIMEOUT);
    }

    /** The SDK's own connections tell at length of each that breaks. Held here, since a logger that nobody holds forgets. */
    private static final Logger NETTY = Logger.getLogger("io.netty");

    /** For as long as clients are open the SDK looks for these. */
    static void setCredentials() {
        NETTY.setLevel(Level.OFF);
        System.setProperty(KEY_ID, "test");
        System.setProperty(SECRET, "test");
    }

    static void clearCredentials() {
        System.clearProperty(KEY_ID);
        System.clearProperty(SECRET);
    }

    /** Opens a client whose requests go through the proxy. */
    LockClient rough(String label) {
        return open(DynamoConfig.builder(table)
                .client(behindTheProxy.client())
                .label(label)
                .lease(lease));
    }

    /** Opens a client whose requests go straight to the emulator. Its leases are the usual long ones: it is to lose none. */
    LockClient smooth() {
        return open(
                DynamoConfig.builder(table).client(Emulator.running().client()).label("smooth"));
    }

    private LockClient open(DynamoConfig.Builder builder) {
        LockClient client = builder.layout(layout).build().connect();
        synchronized (clients) {
            clients.add(client);
        }
        return client;
    }

    /** With which operation a lock is acquired. */
    String acquires() {
        return layout == DynamoLayout.LYNK ? "PutItem" : UPDATE;
    }

    String releases() {
        return layout == DynamoLayout.LYNK ? "DeleteItem" : UPDATE;
    }

    /** Has the writes of a token meet that, once the lock itself has been acquired. */
    void foretellDraw(DynamoFault fault) {
        if (layout == DynamoLayout.DYNALOCK) {
            proxy.next(UPDATE, new DynamoFault.None());
        }
        proxy.next(UPDATE, fault);
    }

    /** From now on nothing that is written is answered as it should be. */
    void breakAllWrites(DynamoFault fault) {
        DynamoFault.WRITES.stream().filter(fault::fits).forEach(operation -> proxy.every(operation, fault));
    }

    @Override
    public void close() {
        proxy.heal();
        synchronized (clients) {
            clients.forEach(LockClient::close);
        }
        behindTheProxy.close();
        proxy.close();
    }
}
