/// A text that a manifest's nodes came from: a file, or a value of the command line.
///
/// One is made for each text and shared by all marks that point into it.
final class ManifestSource: Sendable {
    /// The name that messages use: the path as the user gave it, or the option.
    let name: String
    /// The absolute folder that relative paths of this text start from.
    let directory: String
    /// The text, valid UTF-8, without a byte order mark.
    let bytes: [UInt8]
    /// The lines without their ends.
    let lines: [String]
    /// For an option of the command line, how many characters of its line stand before the argument; else nil.
    let optionWidth: Int?
    /// How many characters of the first line stand before the text itself.
    let columnOffset: Int

    /// A file's text.
    init(name: String, directory: String, bytes: [UInt8]) {
        self.name = name
        self.directory = directory
        self.bytes = bytes
        self.lines = Self.split(String(decoding: bytes, as: UTF8.self))
        optionWidth = nil
        columnOffset = 0
    }

    /// The value at the end of an option's argument; messages show the option with the whole argument.
    init(option: String, argument: String, value: String, directory: String) {
        name = "command line"
        self.directory = directory
        bytes = Array(value.utf8)
        lines = [option + argument]
        let width = option.unicodeScalars.count
        optionWidth = width
        columnOffset = width + max(0, argument.unicodeScalars.count - value.unicodeScalars.count)
    }

    /// Where an option's argument begins in its line, in characters.
    var argumentColumn: Int { optionWidth ?? 0 }

    /// The text of a line, from 1.
    func line(_ number: Int) -> String? {
        lines.indices.contains(number - 1) ? lines[number - 1] : nil
    }

    /// A path of this text as the user would write it from where they stand.
    func display(of path: String) -> String {
        guard optionWidth == nil, path.utf8.first != UInt8(ascii: "/") else { return path }
        let folder = FilePath.directory(of: name)
        return folder == "." ? FilePath.clean(path) : FilePath.clean(folder + "/" + path)
    }

    /// Splits where libyaml counts a line: LF, CR LF, CR, NEL, LS, PS.
    private static func split(_ text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(String(line))
                line = String.UnicodeScalarView()
            default: line.append(scalar)
            }
            previous = scalar
        }
        lines.append(String(line))
        return lines
    }
}

/// A place in a text.
struct SourceMark: Sendable {
    /// The text.
    let source: ManifestSource
    /// The line, from 1; 0: the text as a whole.
    var line: Int
    /// The column in characters, from 1.
    var column: Int
    /// How many characters belong to it on this line.
    var width: Int = 1
}
