internal import CCrypto
internal import CZlib
internal import CZstd

/// The versions of the C libraries that this process runs with, for `doctor`.
package enum LibraryVersions {
    /// `libzstd 1.5.4, zlib 1.2.13, OpenSSL 3.0.17 …, simdjson 3.0.1`.
    package static var text: String {
        let crypto = OpenSSL_version(OPENSSL_VERSION).map { String(cString: $0) } ?? "libcrypto"
        let zlib = zlibVersion().map { String(cString: $0) } ?? ""
        let zstd = ZSTD_versionString().map { String(cString: $0) } ?? ""
        return "libzstd \(zstd), zlib \(zlib), \(crypto), \(JSONTape.library)"
    }
}
