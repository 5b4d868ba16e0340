import RefoldBytes
import Testing

@Suite struct DigestTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func `SHA-256 gives the published values, at once or byte by byte`(text: String, hex: String) {
        #expect(SHA256.digest(of: Array(text.utf8)).hex == hex)
        var hash = SHA256()
        for byte in text.utf8 { hash.update([byte]) }
        #expect(hash.finish() == Digest(hex: hex))
    }

    @Test(arguments: ["", "12", String(repeating: "g", count: 64), String(repeating: "0", count: 65)])
    func `a text that is no digest is none`(text: String) {
        #expect(Digest(hex: text) == nil)
    }

    @Test(arguments: [
        ("", 0xEF46_DB37_51D8_E999), ("abc", 0x44BC_2CF5_AD77_0999),
        ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ])
    func `xxHash gives the published values`(text: String, hash: UInt64) {
        #expect(XXH64.hash(of: Array(text.utf8).span.bytes) == hash)
    }
}
