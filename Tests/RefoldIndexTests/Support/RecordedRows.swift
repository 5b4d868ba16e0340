import Foundation
import RefoldBytes

/// The lines of a recording in the fixtures.
func recordedRows(_ file: String) throws -> [JSONValue] {
    let fixtures = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures")
    let text = try Data(contentsOf: fixtures.appendingPathComponent(file))
    return try text.split(separator: UInt8(ascii: "\n")).map {
        try JSONValue(parsing: ByteString(Array($0)))
    }
}
