/// The number words, months and days of English: every other table of them is made from these.
package enum EnglishWords {
    /// The numbers from 0 to 19, in order.
    package static let small = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    /// The multiples of ten from 20 to 90, in order.
    package static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    /// The values of single words below a hundred.
    package static let numbers: [String: Int] = {
        let pairs = zip(small, 0...).map { ($0, $1) } + zip(tens, 2...).map { ($0, $1 * 10) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }()

    /// The ordinal numbers from 1 to 19, in order.
    package static let ordinals = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    ]

    /// January first.
    package static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    /// Sunday first.
    package static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}
