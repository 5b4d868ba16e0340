import RefoldBytes
import Testing

@testable import RefoldManifest

@Suite struct CoreScalarTests {
    @Test(arguments: [
        ("", "null"), ("~", "null"), ("null", "null"), ("NULL", "null"), ("true", "true"), ("false", "false"),
        ("0", "0"), ("-0", "-0"), ("+12", "12"), ("007", "7"), ("-17", "-17"), ("0x1F", "31"), ("0o17", "15"),
        ("1.50", "1.50"), (".5", "0.5"), ("-.5", "-0.5"), ("1.", "1.0"), ("1e3", "1e3"), ("1.5E-7", "1.5E-7"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ])
    func `a plain scalar of the core schema becomes JSON as written, or its JSON spelling`(
        yaml: String,
        json: String
    ) throws {
        guard case .value(let value) = CoreScalar.resolve(plain: Array(yaml.utf8)) else {
            Issue.record("refused")
            return
        }
        #expect(value.canonical.string == json)
    }

    @Test(arguments: [
        "on", "off", "yes", "no", "NO", "y", "n", "12:30", "1_000", "2024-01-01", "0b11", "0x", "0o8", "1e",
        ".", "+", "-",
        "1.2.3", "e5", "0xZZ", "-0x1F", "tRUE", "nul", "１２",
    ])
    func `what YAML 1.1 read otherwise is text`(yaml: String) {
        #expect(CoreScalar.resolve(plain: Array(yaml.utf8)) == .value(.text(yaml)))
    }

    @Test(arguments: [
        "True", "TRUE", "False", "FALSE", ".inf", "-.INF", "+.inf", ".nan", ".NaN", "0xFFFFFFFFFFFFFFFFFF",
    ])
    func `a scalar that people read in two ways is refused`(yaml: String) {
        guard case .refused = CoreScalar.resolve(plain: Array(yaml.utf8)) else {
            Issue.record("taken")
            return
        }
    }
}
