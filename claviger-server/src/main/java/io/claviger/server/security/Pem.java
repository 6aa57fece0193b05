package io.claviger.server.security;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A PEM file, taken apart. Text between the blocks is ignored, as it is by everybody else. */
final class Pem {
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----");
    private static final String CERTIFICATE = "CERTIFICATE";

    private final String what;
    private final Path file;
    private final List<Block> blocks = new ArrayList<>();

    private record Block(String label, String body) {}

    /** @param what the file holds, for the errors */
    Pem(String what, Path file, String content) throws BadSecurityFileException {
        this.what = what;
        this.file = file;
        Matcher begin = BEGIN.matcher(content);
        int from = 0;
        while (begin.find(from)) {
            String label = begin.group(1);
            int end = content.indexOf("-----END " + label + "-----", begin.end());
            if (end < 0) {
                throw bad("is cut off: there is no end of its block " + label);
            }
            blocks.add(new Block(label, content.substring(begin.end(), end)));
            from = end;
        }
        if (blocks.isEmpty()) {
            throw bad("is not PEM: no line of it is '-----BEGIN …-----'");
        }
    }

    /** Returns all the certificates, at least one, in their order. */
    X509Certificate[] certificates() throws BadSecurityFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks) {
            if (block.label.equals(CERTIFICATE)) {
                certificates.add(certificate(block));
            }
        }
        if (certificates.isEmpty()) {
            throw bad("has no certificate but " + labels());
        }
        return certificates.toArray(new X509Certificate[0]);
    }

    /** Returns the one private key, which is the one that the certificate is about. */
    PrivateKey privateKey(X509Certificate certificate) throws BadSecurityFileException {
        for (Block block : blocks) {
            if (block.label.endsWith("PRIVATE KEY")) {
                if (block.label.startsWith("ENCRYPTED") || block.body.contains("ENCRYPTED")) {
                    throw bad("is encrypted, which is not supported; 'openssl pkey' can decrypt it");
                }
                PrivateKey key = PrivateKeys.decode(block.label, der(block), certificate);
                if (key == null || !PrivateKeys.fits(key, certificate)) {
                    throw bad("does not fit the certificate");
                }
                return key;
            }
        }
        throw bad("has no private key but " + labels());
    }

    private X509Certificate certificate(Block block) throws BadSecurityFileException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der(block)));
        } catch (CertificateException broken) {
            throw bad("has a certificate that cannot be understood");
        }
    }

    private byte[] der(Block block) throws BadSecurityFileException {
        try {
            return Base64.getMimeDecoder().decode(block.body);
        } catch (IllegalArgumentException broken) {
            throw bad("is not PEM: a block is not base 64");
        }
    }

    private String labels() {
        return String.join(
                ", ", blocks.stream().map(Block::label).distinct().limit(3).toList());
    }

    private BadSecurityFileException bad(String problem) {
        return new BadSecurityFileException(what, file, problem);
    }
}
