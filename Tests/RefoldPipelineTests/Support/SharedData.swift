import Foundation
import RefoldTestKit
import Testing

/// Data of other people, which lies beside the repository and is no part of it.
enum SharedData {
    /// The folder of the change events that public documents print; nil where it is not at hand.
    ///
    /// Looked for in `REFOLD_SHARED`, else in `../shared` beside the repository. What is left out is told in the file that
    /// `REFOLD_TEST_LEFT_OUT` names; with `CI=true` it must be there.
    static func samples() throws -> URL? {
        let environment = ProcessInfo.processInfo.environment
        let top = fixtures.deletingLastPathComponent().deletingLastPathComponent()
        let shared =
            environment["REFOLD_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? top.deletingLastPathComponent().appending(path: "shared")
        let samples = shared.appending(path: "data/cdc-samples")
        if FileManager.default.fileExists(atPath: samples.path) { return samples }
        #expect(environment["CI"] != "true", "CI has the samples at \(samples.path)")
        try LeftOut.tell(
            "change events of public documents (no ../shared/data/cdc-samples, no REFOLD_SHARED)"
        )
        return nil
    }

    /// JSON on one line: white space outside strings left out, all else as it stands.
    static func oneLine(_ text: some Sequence<UInt8>) -> [UInt8] {
        var line: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in text {
            if !isInString, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { continue }
            line.append(byte)
            if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
            isEscaped = isInString && byte == UInt8(ascii: "\\") && !isEscaped
        }
        return line
    }
}
