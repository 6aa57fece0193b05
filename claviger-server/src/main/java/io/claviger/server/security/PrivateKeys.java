package io.claviger.server.security;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Private keys in the three forms that OpenSSL has written over the years; the JDK only reads PKCS #8. */
final class PrivateKeys {
    private static final String PKCS8_LABEL = "PRIVATE KEY";
    private static final byte[] CHALLENGE = {'c', 'l', 'a', 'v', 'i', 'g', 'e', 'r'};
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private PrivateKeys() {}

    /** Returns the key, or null if it is none for this certificate. */
    static @Nullable PrivateKey decode(String label, byte[] der, X509Certificate certificate) {
        PublicKey publicKey = certificate.getPublicKey();
        try {
            byte[] pkcs8 = label.equals(PKCS8_LABEL) ? der : wrapped(der, publicKey.getEncoded());
            return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException | IndexOutOfBoundsException otherKind) {
            return null;
        }
    }

    static boolean fits(PrivateKey key, X509Certificate certificate) {
        PublicKey publicKey = certificate.getPublicKey();
        if (key instanceof RSAKey own && publicKey instanceof RSAKey certified) {
            return own.getModulus().equals(certified.getModulus());
        }
        try {
            Signature signature =
                    Signature.getInstance(publicKey.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "EdDSA");
            signature.initSign(key);
            signature.update(CHALLENGE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(CHALLENGE);
            return signature.verify(signed);
        } catch (GeneralSecurityException otherKind) {
            return false;
        }
    }

    /**
     * Makes PKCS #8 (RFC 5958) of the older forms PKCS #1 and SEC 1: the same bytes with the name of the algorithm, and
     * of the curve, before them. The public key of the certificate has that name in the same encoding (RFC 5280).
     */
    private static byte[] wrapped(byte[] key, byte[] publicKey) {
        int algorithm = bodyStart(publicKey, 0);
        int algorithmEnd = bodyStart(publicKey, algorithm) + bodyLength(publicKey, algorithm);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(VERSION_0);
        body.write(publicKey, algorithm, algorithmEnd - algorithm);
        body.writeBytes(der(OCTET_STRING, key));
        return der(SEQUENCE, body.toByteArray());
    }

    private static byte[] der(int tag, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        // The shortest form of the length is the only right one.
        if (body.length >= 0x80) {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(body.length) + Byte.SIZE - 1) / Byte.SIZE;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i > 0; i--) {
                out.write(body.length >> (i * Byte.SIZE));
            }
        }
        out.write(body.length);
        out.writeBytes(body);
        return out.toByteArray();
    }

    private static int bodyStart(byte[] der, int element) {
        int length = der[element + 1] & 0xff;
        return element + 2 + (length < 0x80 ? 0 : length & 0x7f);
    }

    private static int bodyLength(byte[] der, int element) {
        int length = der[element + 1] & 0xff;
        if (length < 0x80) {
            return length;
        }
        int value = 0;
        for (byte next : Arrays.copyOfRange(der, element + 2, bodyStart(der, element))) {
            value = (value << 8) | (next & 0xff);
        }
        return value;
    }
}
