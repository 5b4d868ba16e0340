internal import RefoldBytes

/// Values drawn from a sequence of random numbers, as JSON.
extension RecordValue {
    /// A value for a field of a record.
    static func make(
        _ kind: RecordField.Kind,
        at milliseconds: Int,
        _ random: inout SplitMix64,
        records: Int
    ) -> Self {
        switch kind {
        case .company: .text(company(&random))
        case .title: .text(words(random.within(2...4), &random))
        case .text: .text(prose(&random))
        case .pick(let choices): .text(random.pick(choices))
        case .picks(let choices): .text(subset(choices, &random).joined(separator: ";"))
        case .decimal(let bound): .json("\(random.below(bound)).\(random.below(10))\(random.within(1...9))")
        case .integer(let bound): .json(String(random.below(bound)))
        case .boolean: .json(random.once(in: 2) ? "true" : "false")
        case .date: .date(milliseconds / 86_400_000 + random.within(-300...400))
        case .dateTime: .dateTime(milliseconds - random.below(86_400) * 1000)
        case .address: address(&random)
        case .phone:
            .text("+\(random.within(1...98)) \(random.within(200...999)) \(random.within(100_000...999_999))")
        case .email:
            .text("\(random.pick(RecordVocabulary.words.dropLast(4)))\(random.below(999))@example.com")
        case .website: .text("https://\(random.pick(RecordVocabulary.words.dropLast(4))).example.com/")
        case .uuid: .text(uuid(&random))
        case .personName: personName(&random)
        case .record(let prefix): .text(RecordID.text(prefix: prefix, number: random.below(records)))
        case .user: .text(RecordID.text(prefix: "005", number: random.below(24)))
        }
    }

    /// A JSON string.
    static func text(_ string: String) -> Self { .json(quoted(string)) }

    /// The name of a person as the object that person accounts and contacts have.
    static func personName(_ random: inout SplitMix64) -> Self {
        let first = quoted(random.pick(RecordVocabulary.firstNames))
        let last = quoted(random.pick(RecordVocabulary.lastNames))
        let salutation = random.once(in: 3) ? "\"Salutation\":\"\(random.pick(["Ms.", "Mr.", "Dr."]))\"," : ""
        return .json("{\(salutation)\"FirstName\":\(first),\"LastName\":\(last)}")
    }

    /// The name of a company.
    static func company(_ random: inout SplitMix64) -> String {
        let name = words(random.within(1...2), &random)
        return "\(name.prefix(1).uppercased())\(name.dropFirst()) \(random.pick(RecordVocabulary.forms))"
    }

    /// A key of 32 hexadecimal digits in groups.
    static func uuid(_ random: inout SplitMix64) -> String {
        let digits = [UInt64](repeating: 0, count: 2).map { _ in
            let text = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        var text = ""
        for (place, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(place) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    /// A string as JSON.
    static func quoted(_ string: String) -> String {
        var bytes: [UInt8] = []
        JSONText.appendQuoted(string.utf8, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func address(_ random: inout SplitMix64) -> Self {
        let (city, state, country) = random.pick(RecordVocabulary.cities)
        let parts = [
            ("Street", "\(random.within(1...240)) \(words(1, &random)) Street"), ("City", city),
            ("State", state),
            ("PostalCode", String(random.within(10_000...99_999))), ("Country", country),
        ]
        return .json("{" + parts.map { "\"\($0.0)\":\(quoted($0.1))" }.joined(separator: ",") + "}")
    }

    private static func words(_ count: Int, _ random: inout SplitMix64) -> String {
        (0..<count).map { _ in random.pick(RecordVocabulary.words) }.joined(separator: " ")
    }

    private static func prose(_ random: inout SplitMix64) -> String {
        var text = words(random.within(4...12), &random)
        if random.once(in: 4) { text += ".\n\"" + words(random.within(2...5), &random) + "\" — ✓" }
        return text
    }

    private static func subset(_ choices: [String], _ random: inout SplitMix64) -> [String] {
        let chosen = choices.filter { _ in random.once(in: 3) }
        return chosen.isEmpty ? [random.pick(choices)] : chosen
    }
}
