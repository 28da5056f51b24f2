// A facility's month while it is being lowered: what is known before interest is, and what follows from it. Private to this folder.
//
// Interest on the average balance needs the balance at the month's end, which needs the month's draws and repayments, and these the
// interest. So what a month does is a function of the balance on which interest runs, put together by facility.cpp as often as it takes
// to come back to the balance it began with.
#pragma once

#include "program/program.h"

namespace warchest::program {

struct FacilityTerms {
  Operand alive, balance;       // the company; owed at the opening, at the month's rate of exchange
  Operand revalued;             // by what amounts of the month before are multiplied to stand at that rate
  Operand rate, pik;            // a month
  Operand until;                // month in which all falls due, endless where it never does
  Operand months_left;          // this one included, at least 1
  Operand pays, payments_left;  // truth: interest and instalments are paid this month; how many more times, this one included
  Operand all;                  // truth: everything is paid back this month
  Operand serves;               // truth: instalments are due, no grace
  Operand building;             // truth: its project is not online yet
  Operand cash_available;       // for debt service since the last payment
};

struct FacilityFlows {
  Operand interest;            // arises: to be paid in cash, commitment fee included
  Operand pik;                 // arises, to be added
  Operand settles;             // truth: what has arisen so far is paid and added
  Operand paid, added;         // of all that has arisen
  Operand scheduled, repaid;   // the instalment; all principal
  Operand exit_fee, reserved;  // paid on what is repaid; put aside, negative: released
  Operand balance;             // before draws
  Operand drawn, kept;         // kept back of it
  Operand off;                 // a draw that is to bring a sum after what is kept back: how far it is from that, in parts of it
};

// What a company's month hands to its debt.
struct DebtNeeds {
  Operand before_interest;  // cash of the month before interest and financing
  Operand cash_available;   // for debt service: of operations, before capex
  Operand notes_repaid, arrived;
  Operand exchanged;  // what the month's rates made of cash in other currencies
};

}  // namespace warchest::program
