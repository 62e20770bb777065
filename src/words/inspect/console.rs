//! What the Clients room says of the programs of the book: what they print, and how they are set.

use super::{fill, sentences};
use crate::words::{Line, Words};

sentences! {
    /// A console, and settings as text.
    TEMPLATES;

    console_title() "What the program prints" "프로그램이 출력한 내용";
    console_empty() "Nothing yet." "아직 없습니다.";
    console_settings() "Its settings as `.properties`: edit them, or paste others over them. Applied, the program starts anew." "`.properties` 텍스트로 본 설정입니다. 고치거나 다른 설정을 붙여 넣으십시오. 적용하면 프로그램이 새로 시작합니다.";
    console_as_written() "As written it fails on Kafka 4.3.1: `DefaultPartitioner`, which the book's partitioner extends, *is gone*; and a `StringSerializer` *cannot write* a `PurchaseKey`." "쓰인 그대로는 Kafka 4.3.1에서 실패합니다. 책의 파티셔너가 상속하는 `DefaultPartitioner`가 *없어졌고*, `StringSerializer`는 `PurchaseKey`를 *쓸 수 없습니다*.";
    console_that_works() "Run the form that works" "동작하는 형태로 실행";
    console_works() "A serializer of its own for the key, a partitioner that asks only for the customer: this form *sends*." "키를 쓰는 직렬화기와 고객만 보는 파티셔너를 직접 둔 형태로, *전송됩니다*.";
}
