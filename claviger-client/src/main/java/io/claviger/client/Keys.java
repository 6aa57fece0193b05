package io.claviger.client;

import io.claviger.engine.OwnerKey;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Makes owner keys: 128 bits of strong randomness each, since whoever guesses a key could release the grant. They are drawn
 * in blocks, which costs a tenth of drawing each by itself.
 */
final class Keys {
    private static final int BLOCK_BYTES = 4_096;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ThreadLocal<ByteBuffer> BLOCK =
            ThreadLocal.withInitial(() -> ByteBuffer.allocate(BLOCK_BYTES).limit(0));

    private Keys() {}

    static OwnerKey next() {
        ByteBuffer block = BLOCK.get();
        if (!block.hasRemaining()) {
            byte[] bytes = new byte[BLOCK_BYTES];
            RANDOM.nextBytes(bytes);
            block.clear().put(bytes).flip();
        }
        return new OwnerKey(block.getLong(), block.getLong());
    }
}
