internal import CCrypto

/// A SHA-256 in the making.
package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// The digest of no bytes yet.
    package init() {
        // Both calls fail only when libcrypto is without SHA-256 or the machine without memory; no data decides it.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto offers no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes.
    package mutating func update(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { source in
            let accepted = EVP_DigestUpdate(context, source.baseAddress, source.count)
            precondition(accepted == 1, "libcrypto refused bytes for a SHA-256")
        }
    }

    /// Adds bytes.
    package mutating func update(_ bytes: [UInt8]) {
        update(bytes.span.bytes)
    }

    /// Ends the digest.
    package consuming func finish() -> Digest {
        let bytes = [UInt8](unsafeUninitializedCapacity: Digest.byteCount) { target, count in
            let ended = EVP_DigestFinal_ex(context, target.baseAddress, nil)
            precondition(ended == 1, "libcrypto could not end a SHA-256")
            count = Digest.byteCount
        }
        return Digest(unchecked: bytes)
    }

    /// The digest of bytes that are all at hand.
    package static func digest(of bytes: RawSpan) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    /// The digest of bytes that are all at hand.
    package static func digest(of bytes: [UInt8]) -> Digest {
        digest(of: bytes.span.bytes)
    }
}

// The context has one owner, the digest, which cannot be copied.
extension SHA256: @unchecked Sendable {}
