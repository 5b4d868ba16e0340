/// A whole number as people read it, commas between thousands: `2,133,823`.
///
/// The one form of a count or an offset in text for people, in every room; JSON has bare integers. A number that is
/// typed again stays bare: a line, a frame, a reject, an exit status, a process.
package func grouped(_ number: some BinaryInteger) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (place, digit) in digits.enumerated() {
        if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return number < 0 ? "-" + text : text
}

/// A count with its word in the right number: `1 index`, `2,133 indices`.
package func grouped(_ number: some BinaryInteger, _ one: String, _ many: String) -> String {
    "\(grouped(number)) \(number == 1 ? one : many)"
}
