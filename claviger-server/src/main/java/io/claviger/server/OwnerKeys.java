package io.claviger.server;

import io.claviger.engine.OwnerKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes owner keys and session secrets that nobody can guess, in bulk: a stream of AES-256 in counter mode whose first 32 bytes become the
 * next key and are never given out, so that keys given out before cannot be computed from the memory of now (Bernstein,
 * "Fast-key-erasure random-number generators", 2017). Not thread-safe: one per event loop.
 */
public final class OwnerKeys {
    private static final int SEED_BYTES = 32;
    private static final int BLOCK_BYTES = 16 * 512;
    private static final IvParameterSpec ZERO = new IvParameterSpec(new byte[16]);

    private final byte[] zeros = new byte[SEED_BYTES + BLOCK_BYTES];
    private final byte[] block = new byte[SEED_BYTES + BLOCK_BYTES];
    private final ByteBuffer keys = ByteBuffer.wrap(block);
    private final Cipher cipher;

    /** Makes a source with a seed of its own. */
    public OwnerKeys() {
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java runtime has AES", missing);
        }
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        System.arraycopy(seed, 0, block, 0, SEED_BYTES);
        keys.position(block.length);
    }

    /** Returns a key that nobody had before. */
    public OwnerKey next() {
        if (!keys.hasRemaining()) {
            refill();
        }
        long high = keys.getLong();
        long low = keys.getLong();
        // What was given out is not kept.
        keys.putLong(keys.position() - 16, 0).putLong(keys.position() - 8, 0);
        return new OwnerKey(high, low);
    }

    private void refill() {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(block, 0, SEED_BYTES, "AES"), ZERO);
            cipher.doFinal(zeros, 0, zeros.length, block, 0);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES in counter mode takes any key", impossible);
        }
        keys.position(SEED_BYTES);
    }
}
