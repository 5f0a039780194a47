"""What boards, the external examiner and the programme office do with marks; here it is written."""
