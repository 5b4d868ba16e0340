/// One `--set a.b[0].c=yaml` of the command line.
package struct SetOverride: Sendable, Hashable {
    /// The argument as given, without `--set`.
    package var argument: String

    /// An argument as given; what is wrong with it is reported with the manifest's own problems.
    package init(_ argument: String) {
        self.argument = argument
    }

    /// One step of the path.
    enum Step: Sendable, Hashable {
        case key(String, column: Int)
        case index(Int, column: Int)
    }

    /// Why an argument is no `path=value`, and at which character of it, from 0.
    struct Refusal: Error {
        var message: String
        var column: Int
    }

    /// The steps and the value.
    func parsed() throws(Refusal) -> (steps: [Step], value: String) {
        let characters = Array(argument.unicodeScalars)
        guard let equals = characters.firstIndex(of: "=") else {
            throw Refusal(message: "`=` and a value are missing", column: characters.count)
        }
        var steps: [Step] = []
        var place = 0
        while place < equals {
            if !steps.isEmpty {
                guard characters[place] == "." else {
                    throw Refusal(message: "expected `.`, `[` or `=`", column: place)
                }
                place += 1
            }
            let start = place
            while place < equals, characters[place] != ".", characters[place] != "[" { place += 1 }
            guard place > start else { throw Refusal(message: "a key is missing", column: start) }
            steps.append(.key(Self.text(characters[start..<place]), column: start))
            while place < equals, characters[place] == "[" {
                let open = place
                guard let close = characters[open..<equals].firstIndex(of: "]"),
                    let index = Int(Self.text(characters[(open + 1)..<close])), index >= 0
                else { throw Refusal(message: "expected an index such as [0]", column: open) }
                steps.append(.index(index, column: open))
                place = close + 1
            }
        }
        guard !steps.isEmpty else { throw Refusal(message: "a path is missing before `=`", column: 0) }
        return (steps, Self.text(characters[(equals + 1)...]))
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }
}
